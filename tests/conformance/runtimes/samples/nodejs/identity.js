const main = (args) => args;
