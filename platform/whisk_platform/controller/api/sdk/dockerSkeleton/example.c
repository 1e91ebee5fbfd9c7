/*
 * A sample action.
 *
 * Its arguments are a JSON object in the first command-line argument. Whatever it prints before its
 * last line is the activation's log; the last line is the result, a JSON object. An exit code other
 * than 0 is an error of the action.
 */
#include <stdio.h>

int main(int argc, char *argv[]) {
    const char *arguments = argc > 1 ? argv[1] : "{}";

    printf("This is a line of the log.\n");
    printf("{\"message\": \"Hello from C.\", \"arguments\": %s}\n", arguments);
    return 0;
}
