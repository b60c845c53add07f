# Removes the directory "$1" when our standard input ends (see watchdog.sh). After the owner was
# killed, programs that are just being stopped may still write to it, so it tries for 20 seconds.
read -r _
tenths=0
until rm -rf "$1" 2>/dev/null || [ "$tenths" -ge 200 ]; do
  sleep 0.1
  tenths=$((tenths + 1))
done
