#!/bin/sh
# The namespace with its retention and search attributes; safe to repeat.
# 90 days: a closed return's id must stay taken for longer than anybody asks for it again.
set -eu
until temporal operator cluster health; do sleep 2; done
temporal operator namespace describe -n "$NAMESPACE" >/dev/null 2>&1 \
    || temporal operator namespace create -n "$NAMESPACE" --retention 90d
temporal operator namespace update -n "$NAMESPACE" --retention 90d
for name in AftercartRma AftercartOrder AftercartMerchant AftercartState AftercartWaitingFor; do
    temporal operator search-attribute create -n "$NAMESPACE" --name "$name" --type Keyword \
        || echo "$name is there already"
done
