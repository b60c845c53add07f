# Runs "$@" until it ends, or until our standard input does. Standard input is a pipe whose other
# end only the owner of the cluster holds, so the program is stopped when the owner closes the pipe
# and also when the owner is killed: SIGTERM, and SIGKILL five seconds later.
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
(
  read -r _ <&3
  kill "$child"
  tenths=0
  while kill -0 "$child" && [ "$tenths" -lt 50 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  kill -9 "$child"
) 2>/dev/null &
stopper=$!
exec 3<&-
wait "$child"
status=$?
kill "$stopper" 2>/dev/null
exit "$status"
