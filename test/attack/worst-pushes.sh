# What makes the most work by what files hold.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/worst.inc"

# urls FILE BYTES: one that looks like passwords all over.
urls()
{
	mkdir -p "$work/src"
	yes 'https://name:Kx7mPq2Tz9@db.internal/' | head -c "$2" >"$work/$1"
	in_work add -f "$1"
}

sentence "One commit with one large file of URLs"
timed_server
urls src/urls.txt 32000000
record 'URLs'
push main
ends

sentence "One commit with four of them"
timed_server
for n in 1 2 3 4; do urls "src/urls$n.txt" $((31000000 + n)); done
record 'URLs'
push main
ends

sentence "Eight commits with one each: the time is out between two of them"
timed_server
for n in 1 2 3 4 5 6 7 8; do
	urls "src/urls$n.txt" $((31000000 + n))
	record "URLs $n"
done
push main
ends

sentence "One line of thirty megabytes"
timed_server
yes a | tr -d '\n' | head -c 30000000 | file src/line
push main
ends_anyhow

sentence "Beginnings of keys that never end"
timed_server
bytes 30000000 '-----BEGIN RSA PRIVATE KEY-----' | file src/begin
push main
ends

sentence "Hundreds of thousands of tokens"
timed_server
bytes 28000000 "$(printf 'ghp_%s' 16C7e42F292c6912E7710c838347Ae178B4a)" | file src/tokens
push main
ends

sentence "A million documents of YAML"
timed_server
bytes 28000000 'apiVersion: v1\nkind: Pod\n---' | file src/many.yaml
push main
expect refused
ends_anyhow

sentence "JSON that is nested millions of times"
timed_server
{
	yes '[' | tr -d '\n' | head -c 15000000
	yes ']' | tr -d '\n' | head -c 15000000
} | file src/deep.json
push main
ends_anyhow

sentence "A policy file of ten megabytes of brackets"
timed_server
{
	printf '{ "version": 1, "x": '
	yes '[' | tr -d '\n' | head -c 10000000
} | file .countersign.json
push main
ends_anyhow

sentence "UTF-16 with passwords all over"
timed_server
bytes 14000000 'password = "Kx7mPq2Tz9aa"' | iconv -t UTF-16 | file src/utf16
push main
ends
