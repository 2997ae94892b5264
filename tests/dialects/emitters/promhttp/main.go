// A small service that is instrumented as the documentation of promhttp shows.
package main

import (
	"flag"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	flag.Parse()
	requests := promauto.NewCounterVec(prometheus.CounterOpts{Name: "http_requests_total", Help: "Requests."}, []string{"code", "method", "handler"})
	duration := promauto.NewHistogramVec(prometheus.HistogramOpts{Name: "http_request_duration_seconds", Help: "Time of requests.", Buckets: prometheus.DefBuckets}, []string{"code", "method", "handler"})
	waiting := promauto.NewGauge(prometheus.GaugeOpts{Name: "in_flight_requests", Help: "Requests in flight."})
	handle := func(path string, status int) {
		labels := prometheus.Labels{"handler": path}
		answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		http.Handle(path, promhttp.InstrumentHandlerInFlight(waiting,
			promhttp.InstrumentHandlerDuration(duration.MustCurryWith(labels),
				promhttp.InstrumentHandlerCounter(requests.MustCurryWith(labels), answer))))
	}
	handle("/orders", http.StatusOK)
	handle("/broken", http.StatusInternalServerError)
	http.Handle("/metrics", promhttp.Handler())
	if err := http.ListenAndServe(*address, nil); err != nil {
		panic(err)
	}
}
