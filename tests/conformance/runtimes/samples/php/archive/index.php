<?php
function main(array $args): array
{
    return ["text" => Greetings\greet(file_get_contents("data/name.txt"))];
}
