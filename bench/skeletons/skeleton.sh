#!/bin/sh
# The system skeleton as a command: JSON objects come in, one a line, and each is answered by a line.
# jq counts Unicode code points, as offsets must.
exec jq --compact-output --unbuffered '
  def events:
    [match("\\bmet\\b"; "g")
     | {type: "CONSULT", trigger: {start: .offset, end: (.offset + .length), text: .string}}];

  if has("protocol") then {protocol: "eventbench/1", name: "skeleton", version: "1"}
  else . as $document
    | try {id: $document.id, events: ($document.text | events)}
      catch {id: $document.id, error: .}
  end
'
