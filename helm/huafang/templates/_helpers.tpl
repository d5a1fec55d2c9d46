{{/* The release's name, and the chart's where it is not part of it. */}}
{{- define "huafang.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{/* The helpers below take (dict "root" $ "name" SERVICE "values" THE-SERVICE'S-VALUES). */}}

{{- define "huafang.name" -}}
{{ include "huafang.fullname" .root }}-{{ .name }}
{{- end -}}

{{- define "huafang.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "huafang.labels" -}}
{{ include "huafang.selector" . }}
app.kubernetes.io/part-of: huafang
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{- define "huafang.metadata" -}}
name: {{ include "huafang.name" . }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "huafang.labels" . | nindent 2 }}
{{- end -}}

{{- define "huafang.serviceaccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "huafang.metadata" . | nindent 2 }}
  {{- with .values.serviceAccountAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{- define "huafang.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "huafang.metadata" . | nindent 2 }}
spec:
  type: ClusterIP
  selector:
    {{- include "huafang.selector" . | nindent 4 }}
  ports:
    - {name: http, port: 80, targetPort: http, protocol: TCP}
{{- end -}}

{{- define "huafang.poddisruptionbudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "huafang.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "huafang.selector" . | nindent 6 }}
{{- end -}}

{{/* The pod template's metadata. */}}
{{- define "huafang.podmetadata" -}}
labels:
  {{- include "huafang.labels" . | nindent 2 }}
{{- with .values.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What each pod has, apart from its containers and volumes. */}}
{{- define "huafang.pod" -}}
serviceAccountName: {{ include "huafang.name" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 185
  runAsGroup: 185
  fsGroup: 185
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What each container has, apart from its environment, resources and mounts. */}}
{{- define "huafang.container" -}}
name: {{ .name }}
image: "{{ .root.Values.image.repository }}/{{ .name }}:{{ (.values.image).tag | default .root.Values.image.tag | default .root.Chart.AppVersion }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
ports:
  - {name: http, containerPort: 8080, protocol: TCP}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
startupProbe:
  httpGet: {path: /q/health/started, port: http}
  periodSeconds: 5
  failureThreshold: 120
readinessProbe:
  httpGet: {path: /q/health/ready, port: http}
  timeoutSeconds: 10
livenessProbe:
  httpGet: {path: /q/health/live, port: http}
  timeoutSeconds: 10
{{- end -}}

{{/* The environment of each service. */}}
{{- define "huafang.env" -}}
- {name: QUARKUS_HTTP_HOST, value: 0.0.0.0}
- {name: QUARKUS_HTTP_PORT, value: "8080"}
{{- if ne .name "inference-worker" }}
# Of the limit; the worker's weights lie outside its heap, which stays at the JVM's quarter.
- {name: JAVA_TOOL_OPTIONS, value: -XX:MaxRAMPercentage=60}
{{- end }}
{{- end -}}

{{- define "huafang.env.kafka" -}}
{{- $kafka := .root.Values.kafka -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  valueFrom:
    secretKeyRef: {name: {{ $kafka.existingSecret }}, key: {{ $kafka.bootstrapServersKey }}}
- {name: KAFKA_SECURITY_PROTOCOL, value: {{ $kafka.securityProtocol }}}
{{- if $kafka.saslMechanism }}
- {name: KAFKA_SASL_MECHANISM, value: {{ $kafka.saslMechanism }}}
- name: KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef: {name: {{ $kafka.existingSecret }}, key: {{ $kafka.saslJaasConfigKey }}}
{{- end }}
{{- end -}}

{{- define "huafang.env.servicePassword" -}}
{{- $auth := .root.Values.auth -}}
- name: HUAFANG_SERVICE_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ $auth.existingSecret }}, key: {{ $auth.servicePasswordKey }}}
{{- end -}}

{{/* The root is read-only: the runtimes unpack their native libraries into /tmp. */}}
{{- define "huafang.volume.tmp" -}}
- name: tmp
  emptyDir: {}
{{- end -}}

{{- define "huafang.mount.tmp" -}}
- {name: tmp, mountPath: /tmp}
{{- end -}}

{{- define "huafang.volume.models" -}}
- name: models
  persistentVolumeClaim:
    claimName: {{ .root.Values.models.existingClaim | default (printf "%s-models" (include "huafang.fullname" .root)) }}
{{- end -}}
