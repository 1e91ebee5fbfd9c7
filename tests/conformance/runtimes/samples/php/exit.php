<?php
function main(array $args): array
{
    echo "bye\n";
    exit(3);
}
