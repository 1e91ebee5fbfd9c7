#!/bin/sh
# A tour of a running platform, through the samples of this folder.
#
#     wsk platform start
#     examples/tour.sh
#
# Each line that begins with $ is a command to type yourself. The tour creates or updates what it
# shows, so it can be taken again.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# ------------------------------------------------------------------- telling what happens

title() { printf '\n== %s\n' "$1"; }

# Show a command as a person would type it.
show() { printf '\n$ %s\n' "$*"; }

# Show a wsk command and run it.
run() {
    show "wsk $*"
    wsk "$@"
}

# Show an invocation; run it and print its result, then what the action wrote.
# Usage: invoke TYPED ACTION [PARAMETERS...], where TYPED is how a person would give the parameters.
invoke() {
    typed=$1
    shift
    show "wsk action invoke $1 --result $typed"
    if ! answer=$(wsk action invoke --blocking "$@" 2>&1); then
        printf '%s\nThe tour ends here: the action %s did not answer.\n' "$answer" "$1" >&2
        exit 1
    fi
    activation=${answer#*with id }
    activation=$(printf '%.32s' "$activation")
    patiently wsk activation result "$activation"
    logs "$activation"
}

logs() {
    patiently wsk activation logs "$1" >"$scratch/log"
    sed 's/^/   log | /' "$scratch/log"
}

# Try until it succeeds: the answer comes first, the record follows within some hundredths of a second.
patiently() {
    tries=0
    until "$@" 2>"$scratch/complaint"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 50 ]; then
            cat "$scratch/complaint" >&2
            exit 1
        fi
        sleep 0.1
    done
}

if ! wsk namespace list >"$scratch/namespaces" 2>&1; then
    cat "$scratch/namespaces" >&2
    echo "No platform answers. Start one first: wsk platform start" >&2
    exit 1
fi

# ------------------------------------------------------------------------------- the tour

title 'An action: what it returns is its result, what it prints is its log'
run action update hello hello.py
invoke '--param name Ada' hello --param name Ada

if command -v node >/dev/null; then
    title 'The same in JavaScript'
    run action update hello-js hello.js
    invoke '--param name Grace' hello-js --param name Grace
fi

for language in php ruby; do
    if command -v "$language" >/dev/null; then
        case $language in php) short=php name=Rasmus ;; *) short=rb name=Matz ;; esac
        title "And in $language"
        run action update "hello-$short" "hello.$short"
        invoke "--param name $name" "hello-$short" --param name "$name"
    fi
done

title 'Any program that can be started is an action too'
run action update hello-sh hello.sh --native
invoke '--param name Bourne' hello-sh --param name Bourne

title 'Work on a real text'
run action update wordcount wordcount.py
text=$(cat raven.txt)
invoke '--param text "$(cat raven.txt)" --param top 3' wordcount --param text "$text" --param top 3

if command -v node >/dev/null; then
    title 'A sequence: JavaScript leaves the little words out, Python counts the rest'
    run action update split split.js
    run action update top-words --sequence split,wordcount
    invoke '--param text "$(cat raven.txt)" --param top 3' \
        top-words --param text "$text" --param top 3
    echo '   (the log of a sequence is the list of the activations of its steps)'
fi

title 'A trigger and a rule: an event comes in, an action runs'
run trigger update visitor
run rule update greet-visitor visitor hello
show 'wsk trigger fire visitor --param-file visitor.json'
fired=$(wsk trigger fire visitor --param-file visitor.json)
printf '%s\n' "$fired"
patiently wsk activation logs "${fired##* }" >"$scratch/rules"
greeted=$(sed -n 's/.*"activationId": *"\([0-9a-f]*\)".*/\1/p' "$scratch/rules")
show "wsk activation logs $greeted"
logs "$greeted"

title 'A dependency in a zip'
show 'zip -qr textstats.zip .            (in the folder textstats)'
(cd textstats && python3 -m zipfile -c "$scratch/textstats.zip" __main__.py readability)
run action update textstats "$scratch/textstats.zip" --kind python:3
invoke '--param text "$(cat raven.txt)"' textstats --param text "$text"

title 'A web page: a browser needs no key'
run action update page page.py --web true
run action get page --url
page=$(wsk action get page --url | tail -n 1)

title 'What to try next'
cat <<END
  Open $page?name=Ada in a browser.
  Watch what runs, as it runs:   wsk activation poll
  See what is there:             wsk list
  See how the platform is:       wsk platform status
  Change an action:              edit $PWD/hello.py
                                 wsk action update hello $PWD/hello.py
  The samples, explained:        $PWD/README.md
END
