// Package watch tells operators how the chat is doing: figures for Prometheus,
// and one word about its health. It reads what others have counted, and changes
// nothing. No figure carries anything that people wrote or by which they are
// known: labels are names of routes, kinds and reasons, all of them constants.
package watch

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/live"
)

// Options are what is watched, and who may see it.
type Options struct {
	App   core.App
	Hub   *hub.Hub
	Live  *live.Live
	Guard *guard.Guard

	Metrics bool   // whether there are figures at all
	Token   string // who shows it may see them, besides superusers; "" for nobody
}

// Watch is one application's. Its registry is its own: several applications in
// one process don't clash.
type Watch struct {
	Options
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	handler  http.Handler
	token    [sha256.Size]byte
	started  sync.Once

	health health
}

// New makes it.
func New(options Options) *Watch {
	w := &Watch{Options: options, token: sha256.Sum256([]byte(options.Token))}
	if !options.Metrics {
		return w
	}
	w.registry = prometheus.NewRegistry()
	w.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "pocketchat_requests_total", Help: "Answered requests, by route and status.",
	}, []string{"route", "code"})
	w.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "pocketchat_request_seconds", Help: "How long answers took, by route.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route"})
	w.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		w.requests, w.seconds, &collector{w},
	)
	w.handler = promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{Registry: w.registry, MaxRequestsInFlight: 4})
	return w
}

// Start is called when the database is open; only the first call counts.
func (w *Watch) Start(app core.App) {
	if !w.Metrics {
		return
	}
	w.started.Do(func() {
		for name, builder := range map[string]dbx.Builder{"read": app.ConcurrentDB(), "write": app.NonconcurrentDB()} {
			if db, ok := builder.(*dbx.DB); ok {
				w.registry.MustRegister(collectors.NewDBStatsCollector(db.DB(), name))
			}
		}
	})
}

// Request counts an answer. The route is one of the route table's, never an
// address.
func (w *Watch) Request(route, code string, took time.Duration) {
	if w.Metrics {
		w.requests.WithLabelValues(route, code).Inc()
		w.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// Knows says whether somebody shows the token. It takes the same time whatever
// they show.
func (w *Watch) Knows(shown string) bool {
	sum := sha256.Sum256([]byte(shown))
	return subtle.ConstantTimeCompare(sum[:], w.token[:]) == 1 && w.Token != ""
}

// ServeHTTP answers the figures in Prometheus' text format. Who may see them is
// the caller's business.
func (w *Watch) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	w.handler.ServeHTTP(response, request)
}
