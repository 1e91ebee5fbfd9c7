#!/bin/sh
# Greet somebody, with any program that can be started.
#
#     wsk action create hello-sh hello.sh --native
#     wsk action invoke hello-sh --result --param name Ada
#
# The parameters are the one argument, as JSON; the last line of the output is the result.
name=$(printf '%s' "$1" | sed -n 's/.*"name": *"\([^"]*\)".*/\1/p')
echo "greeting ${name:-stranger}"
printf '{"greeting":"Hello, %s!"}\n' "${name:-stranger}"
