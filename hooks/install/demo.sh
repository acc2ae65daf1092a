# shellcheck shell=sh
demo()
{
	die "the demo is not written yet"
}
