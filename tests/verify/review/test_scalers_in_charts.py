"""Scalers of Helm charts with the templating left in, as repositories have them."""

from __future__ import annotations

from pathlib import Path

from vitals.verify.review import review

KEDA = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: "{{ .Release.Name }}"}
spec:
  scaleTargetRef: {name: "{{ .Release.Name }}"}
  triggers: [{type: cpu, metadata: {value: "60"}}]
"""
HPA = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: "{{ .Release.Name }}-cpu"}
spec: {scaleTargetRef: {kind: Deployment, name: "{{ .Release.Name }}"}, maxReplicas: 5}
"""


def test_names_that_are_templates_are_distinguished_by_their_charts(tmp_path: Path) -> None:
    """Every chart names its workload by the same template; within one chart it is one workload, beside its HPA."""
    for folder, text in (("shop", KEDA), ("post", HPA)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "scaler.yaml").write_text(text)
    apart = review([tmp_path], rendered=tmp_path).defects
    (tmp_path / "shop" / "hpa.yaml").write_text(HPA)
    together = review([tmp_path / "shop"], rendered=tmp_path).defects

    assert [one.check for one in apart] == []
    assert [one.check for one in together] == ["scaler-conflict"]


def test_query_with_templating_left_in_is_to_be_rendered(tmp_path: Path) -> None:
    """A chart's file that is YAML by chance; what would help is Helm and not promtool."""
    query = "query: 'sum(rate(requests_total[{{ .Values.window }}]))'"
    file = tmp_path / "scaler.yaml"
    file.write_text(KEDA.replace("cpu", "prometheus").replace('value: "60"', query))

    (found,) = (one for one in review([file], rendered=tmp_path).defects if one.check == "valid-promql")
    assert found.why.startswith("This is a template and not yet PromQL")
    assert found.why.endswith("so the scaler gets no value.")
    assert "helm template" in found.fix
