<?php
function main(array $args): array
{
    static $n = 0;
    return ["n" => ++$n];
}
