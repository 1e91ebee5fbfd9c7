const main = () => ({ error: { code: 7 }, kept: true });
