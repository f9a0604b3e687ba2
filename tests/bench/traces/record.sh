#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Records the traces anew: record.sh RECORDER
# RECORDER is build/fuzz/record_malloc.so (make fuzz-build makes it).  Needs lua5.4 and sqlite3, which no other target
# does; what they ask for differs with their versions, so that figures of new traces are not those of old ones.
set -eu
recorder=$(realpath "$1")
folder=$(mktemp -d)
here=$(dirname "$(realpath "$0")")
trap 'rm -rf "$folder"' EXIT

for program in lua5.4 sqlite3 sed; do
  command -v $program >/dev/null || { echo "record.sh: $program is not installed: apt-get install $program" >&2; exit 1; }
done
record() { # name KiB command
  name=$1 kib=$2
  shift 2
  FUZZ_TRACE=$folder/$name LD_PRELOAD=$recorder "$@" >/dev/null
  "$here/../trace.py" convert "$folder/$name" "$kib" >"$here/$name.txt"
  echo "$name: $(wc -l <"$here/$name.txt") lines"
}

record lua 192 lua5.4 "$here/sensors.lua"
record sed 96 sed -e 's/a/b/g;/acre/{s/e/E/;p}' "$here/../../../README.md"
record sqlite 256 sqlite3 :memory: "
  create table log(t integer primary key, sensor text, value real);
  with recursive n(i) as (select 1 union all select i+1 from n where i<200)
    insert into log select i, 's'||(i%7), i*0.37 from n;
  create index by_sensor on log(sensor);
  select sensor, count(*), avg(value), max(value) from log group by sensor order by 3 desc;
  update log set value=value*2 where t%3=0;
  delete from log where t%5=0;
  select sum(value) from log;"
