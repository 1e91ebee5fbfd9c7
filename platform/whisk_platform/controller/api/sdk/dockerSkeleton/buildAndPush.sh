#!/bin/sh
# Builds the image of this folder and pushes it to the registry that its name names.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 IMAGE   (for example $0 example/hello:1)" >&2
    exit 2
fi

cd "$(dirname "$0")"
docker build -t "$1" .
docker push "$1"

echo
echo "Create an action of it:  wsk action create hello --docker $1"
