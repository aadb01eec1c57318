package hosttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pocketchat/chatplugin/chattest"
)

// readme is a block of the README by its language, and what it says elsewhere.
func readme(t *testing.T, language string) (block, text string) {
	t.Helper()
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text = string(content)
	found := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("the README has no block of %s", language)
	}
	return found[1], text
}

// adapt puts this test's own addresses and files into what the README shows.
// Each must be there, or another thing than the README's is tried.
func adapt(t *testing.T, config string, pairs ...string) string {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(config, pairs[i]) {
			t.Fatalf("the README's block has no %q", pairs[i])
		}
		config = strings.ReplaceAll(config, pairs[i], pairs[i+1])
	}
	return config
}

// certificate makes one for the public name, and who trusts it.
func certificate(t *testing.T, folder string) (certFile, keyFile string, trust *tls.Config) {
	t.Helper()
	site, err := url.Parse(public)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: site.Host}, DNSNames: []string{site.Host},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	made, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	parsed, err := x509.ParseCertificate(made)
	if err != nil {
		t.Fatal(err)
	}
	trust = &tls.Config{RootCAs: x509.NewCertPool()}
	trust.RootCAs.AddCert(parsed)
	return write("cert.pem", "CERTIFICATE", made), write("key.pem", "PRIVATE KEY", private), trust
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// startProxy runs a proxy that listens at an address, and waits for it.
func startProxy(t *testing.T, address, folder, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path = "/usr/sbin/" + name // not everybody's path leads there
	}
	command := exec.Command(path, args...)
	command.Env = append(os.Environ(), "HOME="+folder, "XDG_DATA_HOME="+folder, "XDG_CONFIG_HOME="+folder)
	said := &strings.Builder{}
	command.Stdout, command.Stderr = said, said
	if err := command.Start(); err != nil {
		t.Fatalf("%s did not start; .ci/needs installs it: %v", name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log(said.String())
		}
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended: %v", name, err)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not listen", name)
		}
	}
}

// nginx runs the README's block. more stands before its first location.
func nginx(t *testing.T, app *chattest.App, more string, pairs ...string) *front {
	t.Helper()
	folder, address := t.TempDir(), freeAddress(t)
	cert, key, trust := certificate(t, folder)
	block, _ := readme(t, "nginx")
	block = adapt(t, block, append([]string{
		"listen 443 ssl;", "listen " + address + " ssl;\n" + more,
		"chat.example;", strings.TrimPrefix(public, "https://") + ";",
		"/etc/ssl/chat.example.pem", cert, "/etc/ssl/chat.example.key", key,
		"http://127.0.0.1:8090", app.URL,
	}, pairs...)...)
	// One process, which ends when it is killed, with all its files in the folder.
	config := "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents { worker_connections 256; }\nhttp {\naccess_log off;\n"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		config += kind + "_temp_path " + kind + ";\n"
	}
	if err := os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(config+block+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	startProxy(t, address, folder, "nginx", "-p", folder+"/", "-c", "nginx.conf", "-e", "stderr")
	return &front{t: t, address: address, roots: trust}
}

// caddy runs the README's other block.
func caddy(t *testing.T, app *chattest.App) *front {
	t.Helper()
	folder, address := t.TempDir(), freeAddress(t)
	cert, key, trust := certificate(t, folder)
	block, _ := readme(t, "caddyfile")
	_, port, _ := net.SplitHostPort(address)
	block = adapt(t, block,
		"chat.example {", public+":"+port+" {\n\tbind 127.0.0.1\n\ttls "+cert+" "+key,
		"127.0.0.1:8090", strings.TrimPrefix(app.URL, "http://"),
	)
	path := filepath.Join(folder, "Caddyfile")
	if err := os.WriteFile(path, []byte("{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n"+block), 0o600); err != nil {
		t.Fatal(err)
	}
	startProxy(t, address, folder, "caddy", "run", "--config", path, "--adapter", "caddyfile")
	return &front{t: t, address: address, roots: trust}
}
