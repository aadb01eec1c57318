package nodes

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Nodes reach each other through each kind of Redis that the config can name.
func TestKindsOfRedis(t *testing.T) {
	for name, kind := range map[string]func(*testing.T) []chatplugin.Redis{
		"TLS and a password": secured, "Sentinel": sentinel, "Cluster": cluster,
	} {
		t.Run(name, func(t *testing.T) {
			for i, redis := range kind(t) {
				t.Run(fmt.Sprint("way ", i+1), func(t *testing.T) {
					p := newPair(t, chatplugin.Config{Realtime: chatplugin.Realtime{Redis: redis}})
					p.joined() // which Redis alone can tell
					bob := p.open(p.b, p.bob, p.group)
					p.post(p.a, p.ann, p.group+"/send/", "body", "through "+name)
					said(bob, "through "+name)
				})
			}
		})
	}
}

// Whoever names a Redis that does not take them is a node that is alone, and
// hears so: pages and messages go on.
func TestRedisThatRefuses(t *testing.T) {
	redis := secured(t)[0]
	const token = "a token that scrapers know"
	for name, wrong := range map[string]chatplugin.Redis{
		"a wrong password": {Address: redis.Address, Password: "wrong", TLS: redis.TLS},
		"no password":      {Address: redis.Address, TLS: redis.TLS},
		"no TLS":           {Address: redis.Address, Password: redis.Password},
		"an unknown name":  {Address: redis.Address, Password: redis.Password, TLS: &tls.Config{}},
	} {
		t.Run(name, func(t *testing.T) {
			app := chattest.NewApp(t, chatplugin.Config{
				Metrics: chatplugin.Metrics{Token: token}, Realtime: chatplugin.Realtime{Redis: wrong},
			}).Serve()
			ann, bob := app.User("Ann"), app.User("Bob")
			room := app.Direct(ann, bob)
			socket := app.Client(bob).Socket("/ws/chat/" + room + "/")
			socket.Synced()
			app.Message(room, ann, "all the same")
			said(socket, "all the same")
			eventually(t, "the node says that it is alone", func() bool {
				return strings.Contains(app.Client(nil).Get("/chat/health/", "Authorization", token).Body, `"reasons":["redis"]`)
			})
		})
	}
}

// servers are Redis servers that end with the test. args are of one each.
func serveRedis(t *testing.T, args ...string) {
	t.Helper()
	process := exec.Command("redis-server", args...)
	if err := process.Start(); err != nil {
		t.Fatalf("redis-server did not start; .ci/needs installs it: %v", err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
}

func freePort(t *testing.T) string {
	t.Helper()
	_, port, _ := net.SplitHostPort(newRedis(t).address)
	return port
}

// asked is what redis-cli prints.
func asked(port string, args ...string) string {
	out, _ := exec.Command("redis-cli", append([]string{"-h", "127.0.0.1", "-p", port}, args...)...).CombinedOutput()
	return string(out)
}

func secured(t *testing.T) []chatplugin.Redis {
	t.Helper()
	folder, port := t.TempDir(), freePort(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		pool.AppendCertsFromPEM(pem.EncodeToMemory(block))
	}
	serveRedis(t, "--port", "0", "--tls-port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--requirepass", "open sesame",
		"--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem", "--tls-ca-cert-file", "cert.pem", "--tls-auth-clients", "no")
	trust := &tls.Config{RootCAs: pool}
	eventually(t, "Redis answers over TLS", func() bool {
		conn, err := tls.Dial("tcp", "127.0.0.1:"+port, trust)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return []chatplugin.Redis{
		{Address: "127.0.0.1:" + port, Password: "open sesame", TLS: trust},
		{Address: "rediss://:open%20sesame@127.0.0.1:" + port, TLS: trust},
	}
}

func sentinel(t *testing.T) []chatplugin.Redis {
	t.Helper()
	master, port := startRedis(t), freePort(t)
	_, masterPort, _ := net.SplitHostPort(master.address)
	config := filepath.Join(t.TempDir(), "sentinel.conf") // which it writes to
	lines := "port " + port + "\nbind 127.0.0.1\ndir " + filepath.Dir(config) + "\nsentinel monitor chat 127.0.0.1 " + masterPort + " 1\n"
	if err := os.WriteFile(config, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	serveRedis(t, config, "--sentinel")
	eventually(t, "Sentinel knows the master", func() bool {
		return strings.Contains(asked(port, "sentinel", "get-master-addr-by-name", "chat"), masterPort)
	})
	return []chatplugin.Redis{
		{Sentinels: []string{"127.0.0.1:" + port}, SentinelMaster: "chat"},
		{Address: "redis+sentinel://127.0.0.1:" + port + "?sentinel_master_name=chat"},
	}
}

func cluster(t *testing.T) []chatplugin.Redis {
	t.Helper()
	create := []string{"--cluster", "create"}
	var port string
	for range 3 {
		port = freePort(t)
		serveRedis(t, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir(), "--cluster-enabled", "yes", "--cluster-port", freePort(t))
		eventually(t, "a node of the cluster answers", func() bool { return strings.Contains(asked(port, "ping"), "PONG") })
		create = append(create, "127.0.0.1:"+port)
	}
	if out := asked(port, append(create, "--cluster-replicas", "0", "--cluster-yes")...); !strings.Contains(out, "All 16384 slots covered") {
		t.Fatalf("the cluster was not made: %s", out)
	}
	nodes := create[2:]
	for _, node := range nodes {
		_, port, _ := net.SplitHostPort(node)
		eventually(t, "the cluster is whole", func() bool { return strings.Contains(asked(port, "cluster", "info"), "cluster_state:ok") })
	}
	return []chatplugin.Redis{{Cluster: nodes}, {Address: "redis+cluster://" + nodes[0]}}
}
