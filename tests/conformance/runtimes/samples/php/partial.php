<?php
function main(array $args): array
{
    print "no newline";
    return [];
}
