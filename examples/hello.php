<?php
/**
 * Greet somebody.
 *
 *     wsk action create hello-php hello.php
 *     wsk action invoke hello-php --result --param name Ada
 */
function main(array $args): array
{
    $name = $args["name"] ?? "stranger";
    echo "greeting $name\n";
    return ["greeting" => "Hello, $name!"];
}
