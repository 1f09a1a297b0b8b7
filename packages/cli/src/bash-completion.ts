/** The completion script for bash: small, and without the package bash-completion. */

/** Asks the program at each press of the key; where it has nothing to offer, bash offers files. */
export function bashCompletion(command: string): string {
  return `# bash completion for stoke
_stoke() {
    local typed=\${COMP_LINE:0:COMP_POINT} words answer line
    read -ra words <<<"$typed"
    [[ $typed == *[[:space:]] ]] && words+=('')
    COMPREPLY=()
    local IFS=$'\\n'
    answer=$(${command} complete -- "\${words[@]:1}" 2>/dev/null) || return
    for line in $answer; do
        case $line in
        :0) ;;
        :*) compopt +o default ;;
        *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
        esac
    done
}
complete -o default -F _stoke stoke
`;
}
