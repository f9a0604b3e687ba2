-- SPDX-License-Identifier: MIT OR Apache-2.0
-- What traces/lua.txt was recorded from: tables and strings as a small device might have them.
local t = {}
for i = 1, 120 do t[#t + 1] = { id = i, name = "sensor" .. i, values = {} } end
for round = 1, 6 do
  for _, s in ipairs(t) do s.values[#s.values + 1] = string.format("%d:%d", round, (s.id * 7919 * round) % 1000) end
  table.sort(t, function(a, b) return a.values[#a.values] < b.values[#b.values] end)
  local out = {}
  for i = 1, 20 do out[i] = t[i].name .. "=" .. table.concat(t[i].values, ",") end
  io.write(table.concat(out, "\n"), "\n")
end
