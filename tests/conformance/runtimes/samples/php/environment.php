<?php
$loaded = getenv();
function main(array $args): array
{
    global $loaded;
    $run = getenv();
    return [
        "loaded" => array_map(fn ($name) => $loaded[$name] ?? null, $args["names"]),
        "run" => array_map(fn ($name) => $run[$name] ?? null, $args["names"]),
    ];
}
