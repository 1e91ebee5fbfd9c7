<?php
function main(array $args): array
{
    for ($n = 0; $n < $args["n"]; $n += 2) {
        echo "$n\n";
        fwrite(STDERR, $n + 1 . "\n");
    }
    return [];
}
