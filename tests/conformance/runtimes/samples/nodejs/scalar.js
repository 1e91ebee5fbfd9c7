const main = () => "text";
