<?php
function main(array $args) { return "text"; }
