# Registers, answers every call, the beats of a heart among them, and leaves when it is asked to.
read -r token <&4
exec 4<&-
printf '{"type":"register","token":"%s","versions":[1]}\n' "$token" >&3
while read -r line <&3; do
  case $line in
    *'"type":"call"'*)
      id=${line#*'"id":'}
      printf '{"type":"result","id":%s}\n' "${id%%[,\}]*}" >&3
      ;;
  esac
  case $line in
    *'"name":"$stop"'*) exit ;;
  esac
done
