# Everything that is done with this project has a name here.
#
#   make test    what must hold, on a fresh machine too: it installs what it misses
#   make run     the demo host at http://127.0.0.1:8090/chat/

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Tools have a go.mod of their own: who uses the module downloads none of them.
TOOL := go tool -modfile=.ci/tools.mod

# The race detector watches everything but SQLite itself: translated from C, that
# is most of what tests run, and being watched makes it many times slower.
# All of vet goes along, on what is compiled for the tests anyway. Where packages
# wait for pages and sockets, one more than there are processors fills the gap.
WATCHED   := -race -gcflags=modernc.org/...=-race=false
TESTFLAGS ?= $(WATCHED) -vet=all -shuffle=on -timeout=40m -p=$$(($$(getconf _NPROCESSORS_ONLN) + 1))
FUZZTIME  ?= 10s
SOAKTIME  ?= 10m
OUT       ?= /tmp/pocketchat-gallery

.NOTPARALLEL:
.PHONY: help run test needs check fmt-check vet lint generate generate-check build unit bench soak shots gallery icons fuzz clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the demo host
	go run . serve

test: needs check unit ## everything that must hold

needs: ## install the programs that tests need, or say which are missing
	@bash .ci/needs

check: fmt-check generate-check build lint ## all but the tests

fmt-check: ## gofmt, but for generated files
	@stale=$$(gofmt -l . | grep -v '_templ\.go$$' || true); \
	if [ -n "$$stale" ]; then echo "Not as gofmt writes it; run gofmt -w on"; echo "$$stale"; exit 1; fi

build: ## without cgo, as a host may want it
	CGO_ENABLED=0 go build ./...

vet: ## the compiler's own doubts; unit has them all as well
	CGO_ENABLED=0 go vet ./...

lint: ## staticcheck, on what is compiled for the tests anyway
	echo 'tests: CGO_ENABLED=1 $(WATCHED)' | $(TOOL) staticcheck -matrix ./...

generate: ## Go from the templ files
	$(TOOL) templ generate -path templates

generate-check: ## that the committed Go is what the templ files make
	@bash .ci/generated

unit: ## all tests, the browser's among them
	CGO_ENABLED=1 go test $(TESTFLAGS) ./...

bench: ## benchmarks of hub, rules, store and views
	go test -run '^$$' -bench . -benchmem ./...

fuzz: ## each fuzz test for FUZZTIME
	@git ls-files -co --exclude-standard '*_test.go' | xargs grep -H '^func Fuzz' | \
	sed -E 's/^(.*)\/[^\/]+:func (Fuzz[A-Za-z0-9_]+).*/\1 \2/' | \
	while read -r dir name; do \
		echo "$$dir $$name"; go test "./$$dir" -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) </dev/null; \
	done

soak: ## storms, floods and mixtures of everything, SOAKTIME long
	CGO_ENABLED=1 go test $(WATCHED) -count=1 -timeout=0 -v ./chatplugin/soak -args -last=$(SOAKTIME)
	CGO_ENABLED=1 go test $(WATCHED) -count=1 -timeout=30m -v ./chatplugin/internal/hub -run TestF26_ -args -churns=10000

shots: ## the README's pictures, taken from the running application
	go test ./chatplugin/browser -run TestScreenshots -count=1 -args -shots=$(CURDIR)/docs/

gallery: ## pictures of every view and state; OUT says where
	go test ./chatplugin/browser -run TestGallery -count=1 -timeout=30m -args -gallery=$(OUT)

icons: ## the icons of installed apps, drawn from the one for tabs
	go test ./chatplugin/browser -run TestIcons -count=1 -args -icons=$(CURDIR)/pb_public/icons

clean: ## what building left
	rm -f pocketchat coverage.out
