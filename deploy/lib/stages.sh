# shellcheck shell=bash
# Names each stage as it begins and remembers how long it took.

stage_names=()
stage_seconds=()
stage_began=0

# stage NAME : ends the stage before and begins this one.
stage() {
    stage_end
    stage_names+=("$1")
    stage_began=$SECONDS
    printf '\n== %s\n' "$1"
}

stage_end() {
    if ((${#stage_seconds[@]} < ${#stage_names[@]})); then
        stage_seconds+=($((SECONDS - stage_began)))
    fi
}

stages_report() {
    local i
    stage_end
    printf '\n== seconds\n'
    for i in "${!stage_names[@]}"; do
        printf '%6d  %s\n' "${stage_seconds[i]}" "${stage_names[i]}"
    done
}

# At the end of a script that failed: where. The test runner says so itself.
stage_verdict() {
    if ((status != 0)) && [[ ${stage_names[-1]} != tests ]]; then
        printf '%s: failed in the stage "%s"\n' "${0##*/}" "${stage_names[-1]}" >&2
    fi
}
