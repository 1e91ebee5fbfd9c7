<?php
function main(array $args): array { throw new RuntimeException("out of cheese"); }
