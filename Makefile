# The two commands that set everything up are make run and make test.

.DEFAULT_GOAL := help
.PHONY: help run test stop clean-state sql engine bench golden fuzz faults format
SHELL := bash
export LC_ALL := C.UTF-8

# What the user writes in ARGS and Q reaches the programs as it is: make expands neither, not even to
# hand it on in the environment or to another make.
unexport ARGS Q
export SEED MINUTES
MAKEOVERRIDES :=
export HUAFANG_ARGS := $(value ARGS)
export HUAFANG_SQL := $(value Q)

help: ## lists these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## builds what is not built, starts everything, ends with Ctrl-C (HUAFANG_PORT, HUAFANG_ADMIN_PASSWORD)
	@deploy/command run

test: ## runs every test (CI=true only checks the formatting)
	@deploy/setup tests && . deploy/java.bash && . deploy/node.bash && mvn -B verify

stop: ## stops what make run started
	@deploy/command stop

clean-state: ## removes var/: pictures, models, passwords
	@deploy/command clean-state

sql: ## runs one statement: make sql Q="SELECT prompt, steps FROM generated_images"
	@deploy/command sql

engine: ## paints without the services: make engine ARGS="--checkpoint F --prompt 'a house' --out a.png"
	@deploy/command engine

bench: ## measures the product's own time, start, memory and queue, and the engine beside its peers (HUAFANG_PYTHON, HUAFANG_SD_CPP)
	@deploy/command bench

golden: ## makes the tests' golden numbers again and compares (HUAFANG_PYTHON with PyTorch, diffusers, transformers, OpenCV)
	@deploy/command golden

fuzz: ## gives the engine's parsers broken input, each for MINUTES (1), made from SEED (the time)
	@deploy/command fuzz

faults: ## kills, stops and cuts off the services for MINUTES (10), from SEED (the time); ONLY='kill -9 worker', ONLY=overload
	@deploy/command faults

format: ## formats the sources
	@. deploy/java.bash && mvn -q -B spotless:apply
