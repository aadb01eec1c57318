package session

import "testing"

func TestSafeNext(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"", "/chat/"},
		{"/", "/"},
		{"/chat/abc/", "/chat/abc/"},
		{"/chat/abc/?around=x&y=%20z", "/chat/abc/?around=x&y=%20z"},
		{"/chat/abc/#message-1", "/chat/abc/#message-1"},
		{"/shop/basket", "/shop/basket"}, // a host's own page with a widget
		{"/caf%C3%A9", "/caf%C3%A9"},
		{"chat/abc", "/chat/"},
		{"//evil.example", "/chat/"},
		{"///evil.example", "/chat/"},
		{"/\\evil.example", "/chat/"},
		{"\\\\evil.example", "/chat/"},
		{"/\t/evil.example", "/chat/"},
		{"/\n/evil.example", "/chat/"},
		{"/ /evil.example", "/chat/"},
		{" //evil.example", "/chat/"},
		{"/%2f/evil.example", "/chat/"},
		{"/%5cevil.example", "/chat/"},
		{"/%09/evil.example", "/chat/"},
		{"https://evil.example/", "/chat/"},
		{"javascript:alert(1)", "/chat/"},
		{"http:/chat/", "/chat/"},
		{"//user@evil.example", "/chat/"},
		{"/\x00", "/chat/"},
		{"/%zz", "/chat/"},
		{"/chat/sign-in/", "/chat/"},
		{"/chat/sign-in?next=/chat/sign-in", "/chat/"},
		{"/chat/sign-up/", "/chat/"},
		{"/chat//sign-out/", "/chat/"},
		{"/chat/x/../sign-in/", "/chat/"},
		{"/" + string(make([]byte, 3000)), "/chat/"},
	}
	for _, test := range tests {
		if got := SafeNext("/chat", test.raw); got != test.want {
			t.Errorf("%q leads to %q, want %q", test.raw, got, test.want)
		}
	}
}

func FuzzSafeNext(f *testing.F) {
	for _, seed := range []string{"/chat/", "//x", "/\\x", "/%2f/x", "/a?b#c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := SafeNext("/chat", raw)
		if len(got) == 0 || got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') {
			t.Errorf("%q leads to %q", raw, got)
		}
	})
}
