/**
 * What the janitor does, for any POSIX shell; its first argument is the run. It is told on stdin which process groups live, each with the start time
 * of its leader (0: unknown). When stdin ends, the host is gone: it kills those groups, then all who carry the run's cookie in their environment.
 * stdin ends only when no copy of the host's end is left, the one in a child that was forked but didn't become its program yet included:
 * so every process of the run carries its cookie by then. Who was found is looked at once more before the signal, as its number may be another's by then.
 */
export const janitorScript = `
set -f
trap '' HUP INT TERM

leads_stranger() {
  [ "$2" = 0 ] && return 1
  stat=''
  while read -r line; do stat="$stat $line"; done <"/proc/$1/stat" || return 1
  set -- "$2" \${stat##*) }
  [ $# -ge 21 ] || return 1
  start=$1
  shift 20
  [ "$1" != "$start" ]
}

groups=''
while read -r word group start; do
  case $word in
    watch) groups="$groups $group:$start" ;;
    forget)
      others=''
      for each in $groups; do [ "\${each%%:*}" = "$group" ] || others="$others $each"; done
      groups=$others
      ;;
  esac
done

for each in $groups; do
  leads_stranger "\${each%%:*}" "\${each#*:}" || kill -s KILL -- "-\${each%%:*}"
done

[ -e /proc/self/environ ] || exit 0
cd /proc || exit 0
set +f
quiet=0 rounds=0
while [ $quiet -lt 2 ] && [ $rounds -lt 100 ]; do
  found=$(grep -lsF "GREENROOM_RUN=$1" [0-9]*/environ)
  for each in $found; do
    grep -qsF "GREENROOM_RUN=$1" "$each" && kill -s KILL "\${each%%/*}"
  done
  if [ -n "$found" ]; then quiet=0; else quiet=$((quiet + 1)); fi
  rounds=$((rounds + 1))
  sleep 0.05 || sleep 1
done
`;
