# bash completion for countersign(1).  What it offers is told by libexec/countersign/complete, which asks the program.

# Adds those of the words that begin as what is being typed: options where a dash was typed, or where nothing else fits.
_countersign_words()
{
	local word options=()

	while IFS=$'\t' read -r word _; do
		case $word in
		"$current"*) ;;
		*) continue ;;
		esac
		case $word in
		-*) options+=("$word") ;;
		*) COMPREPLY+=("$word") ;;
		esac
	done
	[ ${#COMPREPLY[@]} -gt 0 ] || [ "$kind$current" = files ] || COMPREPLY=("${options[@]}")
}

_countersign()
{
	local current=${COMP_WORDS[COMP_CWORD]} program helper kind flag=-f

	COMPREPLY=()
	program=$(type -P -- "${COMP_WORDS[0]/#\~/$HOME}") || return 0
	program=$(readlink -f -- "$program") || return 0
	helper=${program%/*}/../libexec/countersign/complete
	[ -f "$helper" ] || return 0
	{
		read -r kind
		_countersign_words
	} < <(sh "$helper" "$program" "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
	[ "$kind" != words ] && [ ${#COMPREPLY[@]} -eq 0 ] || return 0
	compopt -o filenames 2>/dev/null
	[ "$kind" != folders ] || flag=-d
	mapfile -t COMPREPLY < <(compgen $flag -- "$current")
}

complete -F _countersign countersign
