{{/* The name of this release's objects. */}}
{{- define "spot-training-operator.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Labels that select the operator's pods; they can never change. */}}
{{- define "spot-training-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of every object. */}}
{{- define "spot-training-operator.labels" -}}
{{ include "spot-training-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The service account that the operator runs as. */}}
{{- define "spot-training-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "spot-training-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* The operator's flags from .Values.settings, one argument a line. */}}
{{- define "spot-training-operator.flags" -}}
{{- range $setting, $value := .Values.settings }}
{{- $flag := printf "--%s" (kebabcase $setting) }}
{{- if kindIs "bool" $value }}
{{- if $value }}
- {{ $flag }}
{{- end }}
{{- else if kindIs "slice" $value }}
- {{ printf "%s=%s" $flag (join "," $value) | quote }}
{{- else if not (kindIs "invalid" $value) }}
{{- /* Numbers in values files are floats: without int64, a million would read 1e+06. */}}
- {{ printf "%s=%v" $flag (ternary (int64 $value) $value (kindIs "float64" $value)) | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* A list of files/rules.yaml; call it with a dict of root and key. */}}
{{- define "spot-training-operator.rules" -}}
{{- $rules := .root.Files.Get "files/rules.yaml" | fromYaml }}
{{- required (printf "files/rules.yaml has no key %s" .key) (get $rules .key) | toYaml }}
{{- end }}
