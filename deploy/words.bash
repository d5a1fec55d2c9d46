# Sourced: split_words TEXT puts the words of TEXT into the array WORDS. Quotes and backslashes mean
# what they mean to a shell, and nothing else means anything: no variable, command or pattern is
# expanded. Ends with one sentence when a quote is not closed.

split_words() {
    local text=$1 word='' quote='' begun='' character i
    WORDS=()
    for ((i = 0; i < ${#text}; i++)); do
        character=${text:i:1}
        if [ "$quote" = "'" ]; then
            if [ "$character" = "'" ]; then quote=''; else word+=$character; fi
        elif [ "$character" = "\\" ] && { [ -z "$quote" ] || [[ ${text:i+1:1} == [\"\\\$\`] ]]; }; then
            i=$((i + 1))
            word+=${text:i:1} begun=yes
        elif [ "$quote" = '"' ]; then
            if [ "$character" = '"' ]; then quote=''; else word+=$character; fi
        elif [ "$character" = "'" ] || [ "$character" = '"' ]; then
            quote=$character begun=yes
        elif [[ $character == [$' \t\n'] ]]; then
            if [ -n "$begun" ]; then WORDS+=("$word"); fi
            word='' begun=''
        else
            word+=$character begun=yes
        fi
    done
    if [ -n "$quote" ]; then
        echo "ARGS: a quote ($quote) is opened and not closed in: $text" >&2
        exit 2
    fi
    if [ -n "$begun" ]; then WORDS+=("$word"); fi
}
