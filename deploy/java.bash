# Sourced: sets JAVA_HOME to a JDK of version 25 or later and puts it first on the path, or ends
# with one sentence. Starts no JVM: the version stands in the file "release" of every JDK.

jdk_version() { # of the folder $1, or nothing
    [ -x "$1/bin/javac" ] && sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

find_jdk() {
    local on_path home
    on_path=$(readlink -f "$(command -v javac)" 2>/dev/null)
    for home in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        if [ -n "$home" ] && [ "$(jdk_version "$home")" -ge 25 ] 2>/dev/null; then
            export JAVA_HOME=$home PATH=$home/bin:$PATH
            return
        fi
    done
    echo "Huafang needs a JDK of version 25 or later: none was found in JAVA_HOME, on the path or under /usr/lib/jvm." >&2
    exit 1
}

find_jdk
