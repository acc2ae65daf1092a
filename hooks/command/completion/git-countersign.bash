# bash completion for git-countersign(1); git's own completion finds the function by its name.

_git_countersign_ids()
{
	git countersign list ${remote:+--remote "$remote"} 2>/dev/null </dev/null | cut -d ' ' -f 1
}

# What may stand there, behind the words from `countersign` on.
_git_countersign_words()
{
	case $last in
	--remote) git remote 2>/dev/null ;;
	--commit) git for-each-ref --format='%(refname:short)' 2>/dev/null ;;
	-m | --as | --digest) ;;
	*)
		case $verb in
		'') echo list show approve reject withdraw check may --help ;;
		check) git for-each-ref --format='%(refname:short)' refs/heads 2>/dev/null && echo --remote ;;
		may) git ls-files 2>/dev/null && echo -m --remote ;;
		list) echo --holds --json --remote ;;
		show) _git_countersign_ids && echo --remote --holds ;;
		approve) _git_countersign_ids && echo -m --yes --digest --commit --remote --holds --as ;;
		reject) _git_countersign_ids && echo -m --remote --holds --as ;;
		withdraw) _git_countersign_ids && echo --remote --holds --as ;;
		esac
		;;
	esac
}

_git_countersign()
{
	local current=${COMP_WORDS[COMP_CWORD]} last='' verb='' remote='' begun='' word

	for word in "${COMP_WORDS[@]:0:COMP_CWORD}"; do
		case $begun$word in
		countersign | *git-countersign) begun=yes && continue ;;
		esac
		[ -n "$begun" ] || continue
		[ -n "$verb" ] || verb=$word
		[ "$last" != --remote ] || remote=$word
		last=$word
	done
	# shellcheck disable=SC2207 # ids, refs and options have no blanks in them
	COMPREPLY=($(compgen -W "$(_git_countersign_words)" -- "$current"))
}

complete -F _git_countersign git-countersign
