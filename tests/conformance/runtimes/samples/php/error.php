<?php
function main(array $args): array { return ["error" => ["code" => 7], "kept" => true]; }
