# Sourced: node_suits says whether the page's build can use the Node on the path. If that one is too
# old and setup has fetched another, that one comes first on the path.

NODE_FETCHED=deploy/target/node
NODE_FOUND=$NODE_FETCHED/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')/bin

node_suits() { # what Vite 8 asks for: 20.19, or 22.12 and later
    local version major minor
    version=$(node --version 2>/dev/null) || return 1
    IFS=. read -r major minor _ <<<"${version#v}"
    [ $((major * 1000 + minor)) -ge 22012 ] || { [ "$major" = 20 ] && [ "$minor" -ge 19 ]; }
}

if ! node_suits && [ -x "$NODE_FOUND/node" ]; then
    export PATH=$PWD/$NODE_FOUND:$PATH
fi
