"""The scripts that teach shells to complete ``wsk``: each asks ``wsk __complete``."""

from __future__ import annotations

from collections.abc import Mapping

SCRIPTS: Mapping[str, str] = {
    "bash": """\
# bash completion for wsk
_wsk_complete() {
    local IFS=$'\\n'
    # A colon ends a word for bash, but not for wsk.
    local -a words=()
    local word line=${COMP_LINE:0:COMP_POINT}
    IFS=$' \\t\\n' read -r -a words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[${#words[@]}-1]}
    COMPREPLY=($(wsk __complete "${words[@]:1}" 2>/dev/null))
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%:*}:"}")
    fi
}
complete -o default -F _wsk_complete wsk
""",
    "zsh": """\
#compdef wsk
# zsh completion for wsk
_wsk_complete() {
    local -a found
    found=("${(@f)$(wsk __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
}
if [[ "${funcstack[1]}" == "_wsk" ]]; then
    _wsk_complete "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u; }
    compdef _wsk_complete wsk
fi
""",
    "fish": """\
# fish completion for wsk
function __wsk_complete
    set -l words (commandline -opc)
    wsk __complete $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c wsk -f -n 'count (__wsk_complete) >/dev/null' -a '(__wsk_complete)'
""",
    "powershell": """\
# PowerShell completion for wsk
Register-ArgumentCompleter -Native -CommandName wsk -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    wsk __complete @words "$wordToComplete" 2>$null | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
""",
}
"""Shell to script."""
