// A small service that is instrumented as the documentation of promhttp shows.
package main

import (
	"flag"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// A middleware for the handler of a path.
type wrapping func(path string, answer http.HandlerFunc) http.Handler

var labels = []string{"code", "method", "handler"}

func classic() wrapping {
	requests := promauto.NewCounterVec(prometheus.CounterOpts{Name: "http_requests_total", Help: "Requests."}, labels)
	duration := promauto.NewHistogramVec(prometheus.HistogramOpts{Name: "http_request_duration_seconds", Help: "Time of requests.", Buckets: prometheus.DefBuckets}, labels)
	waiting := promauto.NewGauge(prometheus.GaugeOpts{Name: "in_flight_requests", Help: "Requests in flight."})
	return func(path string, answer http.HandlerFunc) http.Handler {
		own := prometheus.Labels{"handler": path}
		return promhttp.InstrumentHandlerInFlight(waiting,
			promhttp.InstrumentHandlerDuration(duration.MustCurryWith(own),
				promhttp.InstrumentHandlerCounter(requests.MustCurryWith(own), answer)))
	}
}

func native() wrapping {
	duration := promauto.NewHistogramVec(prometheus.HistogramOpts{Name: "shop_request_duration_seconds", Help: "Time of requests.", NativeHistogramBucketFactor: 1.1}, labels)
	return func(path string, answer http.HandlerFunc) http.Handler {
		return promhttp.InstrumentHandlerDuration(duration.MustCurryWith(prometheus.Labels{"handler": path}), answer)
	}
}

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	isNative := flag.Bool("native", false, "count and time requests by one native histogram and nothing else")
	flag.Parse()
	wrapped := classic
	if *isNative {
		wrapped = native
	}
	wrap := wrapped()
	handle := func(path string, status int, takes time.Duration) {
		http.Handle(path, wrap(path, func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(takes)
			w.WriteHeader(status)
		}))
	}
	handle("/orders", http.StatusOK, 0)
	handle("/orders/", http.StatusOK, 0)
	handle("/slow", http.StatusOK, 300*time.Millisecond)
	handle("/broken", http.StatusInternalServerError, 0)
	http.Handle("/metrics", promhttp.Handler())
	if err := http.ListenAndServe(*address, nil); err != nil {
		panic(err)
	}
}
