package hub

// DisconnectAll ends every connection of this node, as when the secret that
// signs all tokens was changed.
func (h *Hub) DisconnectAll(code int) {
	h.registry.mu.Lock()
	var peers []*peer
	for _, who := range h.registry.people {
		for p := range who.peers {
			peers = append(peers, p)
		}
	}
	h.registry.mu.Unlock()
	for _, p := range peers {
		p.end(code)
	}
}
