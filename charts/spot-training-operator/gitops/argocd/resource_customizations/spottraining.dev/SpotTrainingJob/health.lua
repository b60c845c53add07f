-- SpotTrainingJob follows kstatus: Reconciling and Stalled are abnormal-true conditions, and
-- observedGeneration tells whether the status speaks of the current spec. Conditions stay in the
-- list when they become False, so their status is what counts, never their presence.
-- Degraded fails a sync wave for good; it is reported only when nothing but a person can help.

local status = obj.status or {}

local function when_true(type)
  for _, condition in ipairs(status.conditions or {}) do
    if condition.type == type and condition.status == "True" then
      return condition
    end
  end
end

local function health(name, condition, default)
  local message = default
  if condition ~= nil then
    message = condition.message
    if message == nil or message == "" then
      message = condition.reason
    end
  end
  return { status = name, message = message }
end

local reconciling = when_true("Reconciling")

if obj.metadata.deletionTimestamp ~= nil then
  return health("Progressing", reconciling, "Waiting for the training job to stop")
end

if status.observedGeneration == nil or status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", nil, "Waiting for the operator to observe the spec")
end

local verdicts = {
  { "Complete", "Healthy" },
  { "Failed", "Degraded" },
  { "Stalled", "Degraded" },
  { "Suspended", "Suspended" },
}
for _, verdict in ipairs(verdicts) do
  local condition = when_true(verdict[1])
  if condition ~= nil then
    return health(verdict[2], condition)
  end
end

return health("Progressing", reconciling, "Waiting for the operator")
