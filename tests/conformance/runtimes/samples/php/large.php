<?php
function main(array $args): array { return ["text" => str_repeat("ä", $args["n"])]; }
